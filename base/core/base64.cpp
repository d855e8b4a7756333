#include "pramana/core/base64.hpp"

#include <array>

namespace pramana {
namespace {

bool is_space(char c) noexcept { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

constexpr std::uint8_t kNone = 64;  ///< not of the alphabet
using Table = std::array<std::uint8_t, 256>;

/// 0..63 for the 64 characters, kNone for every other. A table, because the characters of a
/// certificate are random to a branch predictor.
constexpr Table table_of(char plus, char slash) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    Table table{};
    for (std::uint8_t& entry : table) entry = kNone;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table.at(static_cast<std::uint8_t>(kAlphabet[i])) = static_cast<std::uint8_t>(i);
    table.at(static_cast<std::uint8_t>(plus)) = 62;
    table.at(static_cast<std::uint8_t>(slash)) = 63;
    return table;
}
constexpr Table kLines = table_of('+', '/');
constexpr Table kUrlSafe = table_of('-', '_');

/// Groups of four characters, of which the last may have `padding` of them left out or '='.
class Decoder {
  public:
    [[nodiscard]] bool take(std::uint32_t value, bool padding) {
        if (closed_ || (padding_ > 0 && !padding)) return false;
        if (padding) ++padding_;
        group_ = (group_ << 6U) | value;
        return ++count_ < 4 || flush();
    }
    /// Fills an open group with padding, which an URL form leaves out.
    [[nodiscard]] bool close(bool padded) {
        if (padded || count_ == 0) return count_ == 0;
        while (count_ != 0) {
            if (!take(0, true)) return false;
        }
        return true;
    }
    /// Takes four characters at once where they are a whole plain group.
    [[nodiscard]] bool take_group(const Table& table, std::string_view four) {
        if (closed_ || count_ != 0) return false;
        std::uint32_t group = 0;
        std::uint32_t any = 0;
        for (const char c : four) {
            const std::uint32_t value = table[static_cast<std::uint8_t>(c)];
            any |= value;
            group = (group << 6U) | value;
        }
        if ((any & kNone) != 0) return false;
        out_.push_back(static_cast<std::uint8_t>(group >> 16U));
        out_.push_back(static_cast<std::uint8_t>(group >> 8U));
        out_.push_back(static_cast<std::uint8_t>(group));
        return true;
    }
    [[nodiscard]] Bytes& out() noexcept { return out_; }

  private:
    bool flush() {
        if (padding_ > 2) return false;
        const std::uint32_t unused = padding_ == 2 ? 0xffffU : padding_ == 1 ? 0xffU : 0;
        if ((group_ & unused) != 0) return false;
        const std::array<std::uint8_t, 3> bytes = {static_cast<std::uint8_t>(group_ >> 16U),
                                                   static_cast<std::uint8_t>(group_ >> 8U),
                                                   static_cast<std::uint8_t>(group_)};
        out_.insert(out_.end(), bytes.begin(), bytes.end() - padding_);
        closed_ = padding_ > 0;
        group_ = 0;
        count_ = 0;
        return true;
    }

    Bytes out_;
    std::uint32_t group_ = 0;
    unsigned count_ = 0;
    unsigned padding_ = 0;
    bool closed_ = false;
};

}  // namespace

std::optional<Bytes> base64_decode(std::string_view text, Base64 form) {
    Decoder decoder;
    decoder.out().reserve(text.size() / 4 * 3 + 3);
    const Table& table = form == Base64::kUrl ? kUrlSafe : kLines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i + 4 <= text.size() && decoder.take_group(table, text.substr(i, 4))) {
            i += 3;
            continue;
        }
        const char c = text[i];
        if (form == Base64::kWithLines && is_space(c)) continue;
        const bool padding = form == Base64::kWithLines && c == '=';
        const std::uint32_t value = padding ? 0 : table[static_cast<std::uint8_t>(c)];
        if (value == kNone || !decoder.take(value, padding)) return std::nullopt;
    }
    if (!decoder.close(form == Base64::kWithLines)) return std::nullopt;
    return std::move(decoder.out());
}

}  // namespace pramana
