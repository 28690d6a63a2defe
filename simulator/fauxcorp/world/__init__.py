"""Company (static) and World (one live copy): people, accounts, mail, chat, web, files, time."""
