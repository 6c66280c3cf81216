" Names of Dockerfiles that Vim does not know by itself.
autocmd BufNewFile,BufRead *.[Cc]ontainerfile,[Cc]ontainerfile,[Cc]ontainerfile[.-]*,[Dd]ockerfile[.-]*,*.[Dd]ockerfile
      \ if expand('<afile>:e') !=# 'dockerignore' | setfiletype dockerfile | endif
