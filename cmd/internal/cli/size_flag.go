package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// sizeFlag is a number of bytes.
type sizeFlag int64

var sizeUnits = []struct {
	suffix string
	bytes  int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

func (f *sizeFlag) String() string {
	for _, unit := range sizeUnits {
		if n := int64(*f); n > 0 && n%unit.bytes == 0 {
			return strconv.FormatInt(n/unit.bytes, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(int64(*f), 10)
}

// Set takes a number of bytes, KiB, MiB or GiB, of at least 64 KiB.
func (f *sizeFlag) Set(value string) error {
	number, factor := value, int64(1)
	for _, unit := range sizeUnits {
		if digits, ok := strings.CutSuffix(value, unit.suffix); ok {
			number, factor = digits, unit.bytes
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 || n*factor < 64<<10 {
		return fmt.Errorf("write it as in 64MiB or 1GiB, of at least 64KiB")
	}
	*f = sizeFlag(n * factor)
	return nil
}

// Type is what help calls the value.
func (f *sizeFlag) Type() string { return "size" }
