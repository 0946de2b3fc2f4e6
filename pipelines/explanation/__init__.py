"""What became of a conversation, a sample or a user, in words: frames in, sentences out."""
