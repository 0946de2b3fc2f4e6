"""Every promise of the contract, checked again from the published tables of a night."""
