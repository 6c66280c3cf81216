# dockwright in Kakoune by kakoune-lsp 18 or newer: source this file from your kakrc, behind kakoune-lsp.

hook global BufCreate '(.*/)?([Dd]ockerfile|[Cc]ontainerfile)([.-].*)?|.*\.([Dd]ockerfile|[Cc]ontainerfile)' %{
    set-option buffer filetype dockerfile
}

hook -group lsp-filetype-dockerfile global BufSetOption filetype=dockerfile %{
    set-option buffer lsp_servers %{
        [dockwright]
        command = "dockwright"
        args = ["--stdio"]
        root_globs = [".git", ".hg"]
        settings_section = "dockwright"
        [dockwright.settings.dockwright]
        # What stands here goes to the server, such as: rules.StageNameCasing = "off"
    }
}
