from reports import services


def remove_illustrative(sender: object, **_: object) -> None:
    services.remove_illustrative()
