"""The model of roadmaps and progress: values and functions that access neither files nor the clock."""
