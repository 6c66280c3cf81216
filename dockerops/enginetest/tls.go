package enginetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// tlsPort is where an engine listens inside its own network namespace.
const tlsPort = 2376

// CertificateFolder holds ca.pem, cert.pem and key.pem of a client that an engine with TLS accepts, as DOCKER_CERT_PATH wants it.
func (e *Engine) CertificateFolder() string { return filepath.Join(e.dir, "tls") }

// TLSHost listens on this machine's loopback, and passes what comes on to the engine's own, which is in another namespace. It
// ends when stop is called.
func (e *Engine) TLSHost() (host string, stop func(), err error) {
	return forward(e.daemon.Process.Pid, tlsPort)
}

// forward listens on this machine's loopback, and passes what comes on to the port in the network namespace of the process.
func forward(pid, port int) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go joinNamespace(client, pid, port)
		}
	}()
	return "tcp://" + listener.Addr().String(), func() { _ = listener.Close() }, nil
}

// joinNamespace passes bytes between a client here and a server there.
func joinNamespace(client net.Conn, pid, port int) {
	defer func() { _ = client.Close() }()
	server, err := dialIn(pid, fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			if half, ok := pair[0].(*net.TCPConn); ok {
				_ = half.CloseWrite()
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

// makeCertificates makes an authority, and a server and a client that it vouches for.
func makeCertificates(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := writeCertificate(dir, "ca.pem", "", authority, authority, key, key); err != nil {
		return err
	}
	var errs []error
	for i, names := range [][2]string{{"server.pem", "server-key.pem"}, {"cert.pem", "key.pem"}} {
		own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		certificate := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 2)), Subject: pkix.Name{CommonName: names[0]}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		errs = append(errs, writeCertificate(dir, names[0], names[1], certificate, authority, own, key))
	}
	return errors.Join(errs...)
}

func writeCertificate(dir, name, keyName string, certificate, authority *x509.Certificate, own, signer *ecdsa.PrivateKey) error {
	signed, err := x509.CreateCertificate(rand.Reader, certificate, authority, &own.PublicKey, signer)
	if err != nil {
		return err
	}
	err = os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600)
	if err != nil || keyName == "" {
		return err
	}
	text, err := x509.MarshalECPrivateKey(own)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, keyName), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: text}), 0o600)
}
