;;; screen.el --- Emacs with eglot, as its README has it -*- lexical-binding: t; -*-

(setq native-comp-async-report-warnings-errors nil
      native-comp-deferred-compilation nil
      warning-minimum-level :error)
(add-to-list 'load-path (getenv "DOCKWRIGHT_PLUGIN"))
(require 'dockwright)
(setq dockwright-program (getenv "DOCKWRIGHT_BINARY")
      dockwright-options `(:engine (:host ,(getenv "DOCKWRIGHT_HOST")) :workspaceTrust "trusted")
      make-backup-files nil
      create-lockfiles nil
      inhibit-startup-screen t)
(menu-bar-mode -1)
(add-hook 'dockerfile-mode-hook #'eglot-ensure)
(require 'dockerfile-mode)
