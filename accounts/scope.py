from core.hooks import Hook

# ccg_choices() -> [(ODS code, name)]: the app that knows organisations tells which CCGs can be granted.
ccg_choices: Hook[list[tuple[str, str]]] = Hook("CCGs that can be granted")


def grantable_ccgs() -> dict[str, str]:
    return {code: name for choices in ccg_choices() for code, name in choices}
