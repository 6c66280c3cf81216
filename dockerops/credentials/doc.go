// Package credentials finds the user's credentials for a registry where `docker login` keeps them: in config.json, or behind
// a credential helper, which it runs in a session of its own and with a time limit, since helpers may ask on a terminal.
//
// It keeps nothing, writes nothing, and never puts a secret into an error.
package credentials
