#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string>

namespace pramana::store {

/// Writes a record: fixed order, big-endian integers, u32 length before variable bytes, one byte 0
/// or 1 before an optional. The first byte is the record's version (docs/formats.md "Store
/// records").
class RecordWriter {
  public:
    explicit RecordWriter(std::uint8_t version) { u8(version); }

    void u8(std::uint8_t value) { out_.push_back(value); }
    void flag(bool value) { u8(value ? 1 : 0); }
    void u16(std::uint16_t value) { append_be(out_, value); }
    void u32(std::uint32_t value) { append_be(out_, value); }
    void u64(std::uint64_t value) { append_be(out_, value); }
    void i64(std::int64_t value) { append_be(out_, static_cast<std::uint64_t>(value)); }
    void bytes(ByteView value) {
        u32(static_cast<std::uint32_t>(value.size()));
        append(out_, value);
    }
    template <class Tag, std::size_t N>
    void fixed(const FixedBytes<Tag, N>& value) {
        append(out_, value.view());
    }
    /// The presence byte, then `write(*value)`.
    template <class T, class Write>
    void optional(const std::optional<T>& value, Write write) {
        flag(value.has_value());
        if (value) write(*value);
    }
    [[nodiscard]] Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
};

/// Reads what RecordWriter wrote. The first thing that does not fit makes the reader fail for good;
/// finish() tells. Values read after a failure are zero.
class RecordReader {
  public:
    RecordReader(ByteView record, std::uint8_t version) : rest_{record} {
        if (u8() != version) fail();
    }

    std::uint8_t u8() { return integer<std::uint8_t>(); }
    bool flag() {
        const std::uint8_t value = u8();
        if (value > 1) fail();
        return value == 1;
    }
    std::uint16_t u16() { return integer<std::uint16_t>(); }
    std::uint32_t u32() { return integer<std::uint32_t>(); }
    std::uint64_t u64() { return integer<std::uint64_t>(); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    Bytes bytes(std::size_t size_max) {
        const ByteView view = variable(size_max);
        return {view.begin(), view.end()};
    }
    std::string text(std::size_t size_max) { return std::string{as_text(variable(size_max))}; }
    template <class Fixed>
    Fixed fixed() {
        Fixed out;
        const ByteView view = take(Fixed::kSize);
        std::copy(view.begin(), view.end(), out.bytes.begin());
        return out;
    }
    /// An enumerator 0..last.
    template <class Enum>
    Enum enumerator(Enum last) {
        const std::uint8_t value = u8();
        if (value > static_cast<std::uint8_t>(last)) fail();
        return static_cast<Enum>(failed_ ? 0 : value);
    }
    template <class Read>
    auto optional(Read read) -> std::optional<decltype(read())> {
        if (!flag()) return std::nullopt;
        return read();
    }
    void fail() noexcept {
        failed_ = true;
        rest_ = {};
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// Success if everything fitted and nothing is left. Errors: kStoreCorrupt.
    [[nodiscard]] Status finish(std::string_view site) const {
        if (failed_ || !rest_.empty()) return Error{Errc::kStoreCorrupt, site};
        return Done{};
    }

  private:
    ByteView take(std::size_t size) {
        if (rest_.size() < size) {
            fail();
            return {};
        }
        const ByteView out = rest_.first(size);
        rest_ = rest_.subspan(size);
        return out;
    }
    ByteView variable(std::size_t size_max) {
        const std::size_t size = u32();
        if (size > size_max) fail();
        return failed_ ? ByteView{} : take(size);
    }
    template <class Unsigned>
    Unsigned integer() {
        const ByteView view = take(sizeof(Unsigned));
        return view.empty() ? Unsigned{0} : load_be<Unsigned>(view.data());
    }

    ByteView rest_;
    bool failed_ = false;
};

}  // namespace pramana::store
