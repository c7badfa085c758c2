package cloud

// consequential are the types whose change takes time in the world outside the
// cloud's memory: control planes and nodes.
func consequential(tfType string) bool {
	return tfType == "aws_eks_cluster" || tfType == "aws_eks_node_group"
}

// holds are the two names of a resource that only one call at a time may work
// on: whose it is, for a name that is made up anew at each try, and its id.
func holds(r Resource) [2]string {
	return [2]string{r.Account + "\x00" + r.Region + "\x00" + r.URN, string(key(r.Account, r.Region, r.Type, r.ID))}
}

// isHeld reports whether another call is at work on r. The caller holds mu.
func (c *Cloud) isHeld(r Resource) bool {
	names := holds(r)
	return c.held[names[0]] || c.held[names[1]]
}

// hold takes r, if its type is one that is worked on outside the lock. The
// caller holds mu.
func (c *Cloud) hold(r Resource) {
	if consequential(r.Type) {
		for _, name := range holds(r) {
			c.held[name] = true
		}
	}
}

// letGo undoes hold. The caller holds mu.
func (c *Cloud) letGo(r Resource) {
	for _, name := range holds(r) {
		delete(c.held, name)
	}
	c.busy.Broadcast()
}

func (c *Cloud) release(r Resource) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letGo(r)
}

// acquire waits until nobody is at work on a resource that exists, and holds
// it. The caller holds mu.
func (c *Cloud) acquire(account, region, tfType, id string) (Resource, error) {
	for {
		r, err := c.get(account, region, tfType, id)
		if err != nil {
			return r, err
		}
		if !c.isHeld(r) {
			c.hold(r)
			return r, nil
		}
		c.busy.Wait()
	}
}
