#include "packets.hpp"

#include "pramana/core/endian.hpp"

#include <cstring>
#include <optional>

namespace pramana::sealing {
namespace {

constexpr std::size_t kFirstPieceMin = 512;  // RFC 9580 section 4.2.1.4

struct Length {
    std::size_t octets = 0;  ///< of the length itself
    std::size_t value = 0;
    bool partial = false;
};

/// RFC 9580 section 4.2.1.
std::optional<Length> new_length(ByteView in) noexcept {
    if (in.empty()) return std::nullopt;
    const std::uint8_t first = in[0];
    if (first < 192) return Length{1, first, false};
    if (first < 224) {
        if (in.size() < 2) return std::nullopt;
        return Length{2, (std::size_t{first} - 192) * 256 + in[1] + 192, false};
    }
    if (first < 255) return Length{1, std::size_t{1} << (first & 0x1FU), true};
    if (in.size() < 5) return std::nullopt;
    return Length{5, load_be<std::uint32_t>(in.data() + 1), false};
}

/// RFC 9580 section 4.2.2; type 3, indeterminate, is not read here.
std::optional<Length> old_length(unsigned type, ByteView in) noexcept {
    const std::size_t octets = std::size_t{1} << type;
    if (in.size() < octets) return std::nullopt;
    std::size_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) value = value << 8U | in[i];
    return Length{octets, value, false};
}

/// Whose length need not be known when writing begins.
bool is_data(Tag tag) noexcept {
    return tag == Tag::kCompressed || tag == Tag::kEncryptedNoIntegrity || tag == Tag::kLiteral ||
           tag == Tag::kEncryptedIntegrity || tag == Tag::kEncryptedAead;
}

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedMessage, site}; }

}  // namespace

Result<Packet> PacketReader::next() {
    if (rest_.empty() || (rest_[0] & 0x80U) == 0) return malformed("sealing.packet.header");
    const std::uint8_t header = rest_[0];
    rest_ = rest_.subspan(1);
    const bool new_format = (header & 0x40U) != 0;
    const unsigned length_type = header & 3U;
    Packet packet;
    packet.tag = static_cast<Tag>(new_format ? header & 0x3FU : (header >> 2U) & 0xFU);
    if (packet.tag == Tag{}) return malformed("sealing.packet.tag");
    std::optional<Length> length;
    if (!new_format && length_type == 3) {
        if (!is_data(packet.tag)) return malformed("sealing.packet.indeterminate");
        length = Length{0, rest_.size(), false};
    } else {
        length = new_format ? new_length(rest_) : old_length(length_type, rest_);
    }
    if (!length || length->value > rest_.size() - length->octets)
        return malformed("sealing.packet.length");
    rest_ = rest_.subspan(length->octets);
    packet.partial = length->partial;
    packet.first_piece = length->value;
    packet.size = length->value;
    if (packet.partial) return finish_partial(packet);
    packet.encoded = rest_.first(packet.size);
    rest_ = rest_.subspan(packet.size);
    return packet;
}

Result<Packet> PacketReader::finish_partial(Packet packet) {
    if (!is_data(packet.tag) || packet.first_piece < kFirstPieceMin)
        return malformed("sealing.packet.partial");
    std::size_t end = packet.first_piece;
    for (bool more = true; more;) {
        const std::optional<Length> length = new_length(rest_.subspan(end));
        if (!length || length->value > rest_.size() - end - length->octets)
            return malformed("sealing.packet.partial_length");
        end += length->octets + length->value;
        packet.size += length->value;
        more = length->partial;
    }
    packet.encoded = rest_.first(end);
    rest_ = rest_.subspan(end);
    return packet;
}

void copy_body(const Packet& packet, std::span<std::uint8_t> out) noexcept {
    PRAMANA_CHECK(out.size() == packet.size);
    const std::uint8_t* from = packet.encoded.data();
    std::size_t piece = packet.first_piece;
    std::size_t written = 0;
    for (;;) {
        if (piece > 0) std::memmove(out.data() + written, from, piece);
        written += piece;
        from += piece;
        if (written == packet.size && from == packet.encoded.data() + packet.encoded.size()) return;
        // Writing stays behind reading, so these octets are still what `next` saw.
        const std::size_t left =
            packet.encoded.size() - static_cast<std::size_t>(from - packet.encoded.data());
        const std::optional<Length> length = new_length({from, left});
        PRAMANA_CHECK(length.has_value() && written + length->value <= packet.size);
        from += length->octets;
        piece = length->value;
    }
}

void append_header(Bytes& out, Tag tag, std::size_t body_size) {
    out.push_back(static_cast<std::uint8_t>(0xC0U | static_cast<unsigned>(tag)));
    if (body_size < 192) {
        out.push_back(static_cast<std::uint8_t>(body_size));
    } else if (body_size < 8384) {
        const std::size_t rest = body_size - 192;
        out.push_back(static_cast<std::uint8_t>(192 + rest / 256));
        out.push_back(static_cast<std::uint8_t>(rest % 256));
    } else {
        out.push_back(255);
        append_be(out, static_cast<std::uint32_t>(body_size));
    }
}

}  // namespace pramana::sealing
