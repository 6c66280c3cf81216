package docker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
)

// tlsMaterial is what a TLS connection to an engine needs, in PEM.
type tlsMaterial struct {
	ca, cert, key []byte
	skipVerify    bool
}

// readTLSFolder reads ca.pem, cert.pem and key.pem; a client certificate is optional.
func readTLSFolder(folder string) (*tlsMaterial, error) {
	var material tlsMaterial
	for name, content := range map[string]*[]byte{"ca.pem": &material.ca, "cert.pem": &material.cert, "key.pem": &material.key} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && (name == "ca.pem" || !errors.Is(err, os.ErrNotExist)) {
			return nil, err
		}
		*content = text
	}
	return &material, nil
}

// config is the client configuration for the material.
func (m *tlsMaterial) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: m.skipVerify}
	if m.ca != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(m.ca) {
			return nil, errors.New("ca.pem holds no certificate")
		}
	}
	if m.cert != nil && m.key != nil {
		pair, err := tls.X509KeyPair(m.cert, m.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
