"""Exporters: roadmaps with statuses and notes written in other formats."""
