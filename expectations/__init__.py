"""Great Expectations suites: what may enter, what may be published."""
