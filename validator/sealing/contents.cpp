#include "contents.hpp"

#include "inflate.hpp"
#include "packets.hpp"

#include <cstring>
#include <optional>

namespace pramana::sealing {
namespace {

constexpr std::size_t kFreeExpansion = std::size_t{1} << 20U;

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedMessage, site}; }

/// The one packet that carries content; everything else must be skippable.
Result<Packet> content_packet(ByteView packets) {
    std::optional<Packet> content;
    for (PacketReader reader{packets}; !reader.at_end();) {
        const Result<Packet> packet = reader.next();
        if (!packet) return packet.error();
        switch (packet->tag) {
            case Tag::kSignature:
            case Tag::kOnePassSignature:
            case Tag::kMarker:
            case Tag::kPadding: break;
            case Tag::kCompressed:
            case Tag::kLiteral:
                if (content) return malformed("sealing.contents.second");
                content = *packet;
                break;
            default: return malformed("sealing.contents.tag");
        }
    }
    if (!content) return malformed("sealing.contents.none");
    return *content;
}

/// The body of `packet`, which lies in `bytes`, moved to the front without a second copy.
SecretBytes take_body(SecretBytes bytes, const Packet& packet) {
    copy_body(packet, bytes.expose_mutable().first(packet.size));
    bytes.shrink(packet.size);
    return bytes;
}

/// Octets before the data: mode, name, date (section 5.9).
Result<std::size_t> literal_header(ByteView head) {
    constexpr std::string_view kModes = "btulm1";
    if (head.size() < 6) return malformed("sealing.literal.length");
    if (kModes.find(static_cast<char>(head[0])) == std::string_view::npos)
        return malformed("sealing.literal.mode");
    const std::size_t header = 2 + std::size_t{head[1]} + 4;
    if (header > head.size()) return malformed("sealing.literal.name");
    return header;
}

SecretBytes without_front(SecretBytes bytes, std::size_t front) {
    const std::span<std::uint8_t> all = bytes.expose_mutable();
    const std::size_t size = all.size() - front;
    if (size > 0) std::memmove(all.data(), all.data() + front, size);
    bytes.shrink(size);
    return bytes;
}

Result<SecretBytes> expand(SecretBytes body, std::size_t bytes_max) {
    if (body.empty()) return malformed("sealing.compressed.length");
    const std::uint8_t algorithm = body.expose()[0];
    if (algorithm == 0) return without_front(std::move(body), 1);
    if (algorithm == 3) return Error{Errc::kUnsupportedPacket, "sealing.openpgp.bzip2"};
    if (algorithm > 3) return malformed("sealing.compressed.algorithm");
    const Deflate kind = algorithm == 1 ? Deflate::kZip : Deflate::kZlib;
    return inflate_bounded(kind, body.expose().subspan(1), bytes_max);
}

}  // namespace

Result<SecretBytes> literal_content(SecretBytes bytes, std::size_t begin, std::size_t end,
                                    std::size_t sealed_size, const OpenLimits& limits) {
    const std::uint64_t expanded_max = std::min<std::uint64_t>(
        limits.plaintext_bytes_max,
        std::max<std::uint64_t>(kFreeExpansion, sealed_size * limits.expansion_ratio_max));
    ByteView packets = bytes.expose().subspan(begin, end - begin);
    for (std::uint32_t depth = 0;; ++depth) {
        const Result<Packet> content = content_packet(packets);
        if (!content) return content.error();
        if (content->tag == Tag::kLiteral) {
            const Result<std::size_t> header = literal_header(content->head());
            if (!header) return header.error();
            if (content->size - *header > limits.plaintext_bytes_max)
                return Error{Errc::kTooLarge, "sealing.literal.size"};
            return without_front(take_body(std::move(bytes), *content), *header);
        }
        if (depth == limits.compression_depth_max)
            return Error{Errc::kDecompressionLimit, "sealing.contents.depth"};
        Result<SecretBytes> expanded = expand(take_body(std::move(bytes), *content), expanded_max);
        if (!expanded) return expanded.error();
        bytes = std::move(*expanded);
        packets = bytes.expose();
    }
}

}  // namespace pramana::sealing
