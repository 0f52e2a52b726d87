"""The naive peer: what Django REST framework's tutorial would make of the same tables."""
