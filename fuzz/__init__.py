"""What reads bytes or words of others, given everything that a fuzzer can think of."""
