"""What a person is asked, and what a person has decided: rows to files, files to decisions."""
