" Description: dockwright, a language server for Dockerfiles, for ALE

call ale#Set('dockerfile_dockwright_executable', 'dockwright')
call ale#Set('dockerfile_dockwright_options', {})

" ALE shows messages of servers, but answers no questions.
function! ale_linters#dockerfile#dockwright#Options(buffer) abort
    return extend({'showMessageRequest': v:false}, ale#Var(a:buffer, 'dockerfile_dockwright_options'))
endfunction

function! ale_linters#dockerfile#dockwright#Root(buffer) abort
    let l:git = ale#path#FindNearestDirectory(a:buffer, '.git')

    return !empty(l:git) ? fnamemodify(l:git, ':h:h') : expand('#' . a:buffer . ':p:h')
endfunction

call ale#linter#Define('dockerfile', {
\   'name': 'dockwright',
\   'lsp': 'stdio',
\   'executable': {b -> ale#Var(b, 'dockerfile_dockwright_executable')},
\   'command': '%e --stdio',
\   'project_root': function('ale_linters#dockerfile#dockwright#Root'),
\   'initialization_options': function('ale_linters#dockerfile#dockwright#Options'),
\})
