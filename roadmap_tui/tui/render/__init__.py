"""Turn values into styled lines; no Textual."""
