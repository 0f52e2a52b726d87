"""The words of the admin in Indonesian and English. Data only."""
