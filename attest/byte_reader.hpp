#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/result.hpp"

namespace pramana::attest {

/// Reads binary evidence from front to back and never past its end. After the first read that does
/// not fit every later one gives zeros or nothing, and ok() is false: a parser checks once, before
/// it uses what it read. Borrowed: the bytes outlive the reader and the views it gives.
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) noexcept : rest_{bytes} {}

    /// The next `size` bytes; empty and ok() false when there are fewer.
    [[nodiscard]] ByteView take(std::size_t size) noexcept {
        if (!ok_ || size > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const ByteView taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    template <class Unsigned>
    [[nodiscard]] Unsigned take_le() noexcept {
        const ByteView raw = take(sizeof(Unsigned));
        return raw.empty() ? Unsigned{0} : load_le<Unsigned>(raw.data());
    }
    template <class Unsigned>
    [[nodiscard]] Unsigned take_be() noexcept {
        const ByteView raw = take(sizeof(Unsigned));
        return raw.empty() ? Unsigned{0} : load_be<Unsigned>(raw.data());
    }
    /// Fills a fixed value; zeros when it does not fit.
    template <class Fixed>
    void take_into(Fixed& out) noexcept {
        const ByteView raw = take(Fixed::kSize);
        std::copy(raw.begin(), raw.end(), out.bytes.begin());
    }
    [[nodiscard]] ByteView rest() const noexcept { return rest_; }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return ok_ && rest_.empty(); }

  private:
    ByteView rest_;
    bool ok_ = true;
};

}  // namespace pramana::attest
