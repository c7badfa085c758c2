package daemon

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"pitboss/sandbox/internal/awsfront"
)

// listen serves on the loopback address in a file. It was chosen once; if another process
// has it now, it says so.
func listen(file string, what string, handler http.Handler) (*http.Server, error) {
	address, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", string(address))
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n  next: if another program took that port, end it; or `make down`, which forgets the sandbox", what, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return server, nil
}

// serveAWS serves the simulated cloud to AWS's own SDKs. A ServeMux would clean the paths
// of S3's objects, so the front is served as it is.
func (d *dataPlane) serveAWS() (*http.Server, error) {
	d.front = awsfront.New(awsfront.Options{Cloud: d.cloud, Data: frontData{d}, Token: d.token, Objects: filepath.Join(d.layout.Data(), "objects")})
	return listen(d.layout.AWSAddress(), "the simulated cloud's AWS endpoint", d.front)
}

// closedDoor answers where the market's front door will be while the data plane is off.
type closedDoor struct {
	file   string
	server *http.Server
}

// open makes it answer; one that does is left as it is.
func (c *closedDoor) open() (err error) {
	if c.server == nil {
		c.server, err = listen(c.file, "the market's front door", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusServiceUnavailable, failure{Error: "nobody plays here: the data plane is off; `sandbox data up` starts it"})
		}))
	}
	return err
}

func (c *closedDoor) close() {
	if c.server != nil {
		_ = c.server.Close()
		c.server = nil
	}
}

// start serves what answers before the data plane is up.
func (d *dataPlane) start() (aws *http.Server, err error) {
	if aws, err = d.serveAWS(); err != nil {
		return nil, err
	}
	d.door = &closedDoor{file: d.layout.DoorAddress()}
	if err := d.door.open(); err != nil {
		return nil, errors.Join(err, aws.Close())
	}
	return aws, nil
}
