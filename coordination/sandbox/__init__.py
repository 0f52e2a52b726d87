"""How the product is started on one machine: PostgreSQL, migrations, demo city, web server, worker, tests."""
