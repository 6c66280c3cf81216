// Package enginetest starts a private Docker Engine for tests: a real dockerd on its own socket, data root, network and
// mount namespace, so that it neither sees nor disturbs an engine the developer uses. It makes base images offline.
//
// It is used from TestMain, one engine per test package:
//
//	var engine *enginetest.Engine
//
//	func TestMain(m *testing.M) { os.Exit(enginetest.Main(m, &engine)) }
//
// It does not use the Engine API's client library: what it needs of the API it asks for itself, so that the adapters under
// test are not tested with themselves.
package enginetest
