package ledger

import (
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// A Kind is what a movement of money is for.
type Kind string

// The kinds of movements. A stake opens a bet; a payout settles one.
const (
	Transfer Kind = "transfer"
	Deposit  Kind = "deposit"
	Stake    Kind = "stake"
	Payout   Kind = "payout"
)

// A Move is money from one wallet to another. Its id makes it idempotent.
type Move struct {
	ID       uuid.UUID
	Kind     Kind
	From, To string
	Amount   int64 // in the smallest unit
}

// What a Store may answer beside having done it. Anything else is a failure: it is not
// known whether the money moved.
var (
	// ErrReadOnly is of a store that takes no writes now: it follows another, or is frozen.
	ErrReadOnly = errors.New("writes are frozen")
	// ErrConflict is of an id that was used for another movement.
	ErrConflict = errors.New("this id is of another movement: use a new one")
	// ErrFunds is of a wallet that has not as much.
	ErrFunds = errors.New("not enough money in the wallet")
	// ErrNoWallet is of one that is not there.
	ErrNoWallet = errors.New("no such wallet: a first deposit makes it")
)

// The wallets that every ledger opens with. Deposits and payouts come from the house's,
// which are several because one would be locked by everybody.
const (
	HouseWallets  = 16
	PlayerWallets = 64

	houseOpening  = int64(1_000_000_000_000)
	playerOpening = int64(1_000_000)
	housePrefix   = "house-"
)

// Player is the name of one of the wallets that a ledger opens with.
func Player(n int) string { return fmt.Sprintf("player-%03d", n%PlayerWallets) }

func house(n uint32) string { return fmt.Sprintf("%s%02d", housePrefix, n%HouseWallets) }

// houseFor is the house's wallet that deals with a player's.
func houseFor(wallet string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(wallet))
	return house(h.Sum32())
}

var walletName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// checkWallet refuses names that a player may not use.
func checkWallet(field, name string) error {
	if !walletName.MatchString(name) {
		return fmt.Errorf("%s is %q: a wallet is up to 40 small letters, digits and dashes", field, name)
	}
	if strings.HasPrefix(name, housePrefix) {
		return fmt.Errorf("%s is %q: the house's wallets are its own", field, name)
	}
	return nil
}

func (m Move) validate() error {
	if m.ID == uuid.Nil {
		return errors.New("id is missing: give every movement a UUID of its own, and the same one when trying again")
	}
	if m.Amount <= 0 {
		return fmt.Errorf("amount is %d: it must be more than 0", m.Amount)
	}
	if m.From == m.To {
		return fmt.Errorf("from and to are both %q: they must differ", m.From)
	}
	return nil
}

// payoutOf is what settling a bet moves, and whether it won at all. It follows from the
// bet's id, so settling again comes to the same.
func payoutOf(bet uuid.UUID, wallet string, stake int64) (Move, bool) {
	won := bet[15]&1 == 0
	return Move{ID: uuid.NewSHA1(bet, []byte(Payout)), Kind: Payout, From: houseFor(wallet), To: wallet, Amount: 2 * stake}, won
}
