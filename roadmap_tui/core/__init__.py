"""What a roadmap is and what progress adds up to: values and functions, no files, no clock."""
