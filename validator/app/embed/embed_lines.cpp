#include "embed_lines.hpp"

#include <array>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace pramana::app {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitIo = 74;

struct Line {
    SecretVector<char> text;
    bool too_long = false;
};

/// Reads up to and without the next line feed; false at the end of input.
bool read_line(std::istream& in, Line& line) {
    line.text.clear();
    line.too_long = false;
    std::streambuf& source = *in.rdbuf();
    constexpr int kEnd = std::char_traits<char>::eof();
    int c = source.sbumpc();
    if (c == kEnd) return false;
    for (; c != kEnd && c != '\n'; c = source.sbumpc()) {
        if (line.text.size() < kLineBytesMax)
            line.text.push_back(static_cast<char>(c));
        else
            line.too_long = true;
    }
    if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
    return true;
}

void write_codes(std::span<const std::int8_t> codes, std::ostream& out) {
    std::string text = "[";
    for (const std::int8_t code : codes) {
        if (text.size() > 1) text += ',';
        text += std::to_string(code);
    }
    text += "]\n";
    out << text;
}

}  // namespace

int embed_lines(const scoring::Tokenizer& tokenizer, const scoring::Encoder& encoder,
                std::istream& in, std::ostream& out, std::ostream& err) {
    Line line;
    SecretVector<std::uint16_t> pieces;
    SecretVector<std::int8_t> codes(scoring::kEmbeddingDim);
    bool all_fit = true;
    for (std::uint64_t number = 1; read_line(in, line); ++number) {
        pieces.clear();
        if (!line.too_long)
            tokenizer.encode_into(std::string_view{line.text.data(), line.text.size()}, pieces);
        if (line.too_long || pieces.size() > kLinePiecesMax) {
            all_fit = false;
            err << "pramana: line " << number << " has more than " << kLinePiecesMax
                << " word-pieces\n";
            out << "null\n";
        } else {
            const std::array<std::uint32_t, 2> offsets{0,
                                                       static_cast<std::uint32_t>(pieces.size())};
            encoder.embed({pieces, offsets}, codes);
            write_codes(codes, out);
        }
        if (!out.flush()) return kExitIo;
    }
    return all_fit ? kExitOk : kExitTooLong;
}

}  // namespace pramana::app
