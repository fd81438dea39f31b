"""What is done with the actions of an API, whichever client does it."""
