" dockwright for vim-lsp: source this file from your vimrc.
if executable('dockwright')
  augroup dockwright_lsp
    autocmd!
    autocmd User lsp_setup call lsp#register_server({
          \ 'name': 'dockwright',
          \ 'cmd': {server_info -> ['dockwright', '--stdio']},
          \ 'allowlist': ['dockerfile'],
          \ 'root_uri': {server_info -> lsp#utils#path_to_uri(lsp#utils#find_nearest_parent_file_directory(lsp#utils#get_buffer_path(), ['.git/', 'Dockerfile']))},
          \ 'initialization_options': get(g:, 'dockwright_options', {'showMessageRequest': v:false}),
          \ 'workspace_config': {'dockwright': get(g:, 'dockwright_settings', {})},
          \ })
  augroup END
endif
