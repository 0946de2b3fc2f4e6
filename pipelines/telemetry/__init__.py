"""What a run says of itself while it runs: events, and the writers that subscribe to them."""
