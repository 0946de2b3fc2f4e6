"""The quality report: facts of a run and the page that shows them."""
