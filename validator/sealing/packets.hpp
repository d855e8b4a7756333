#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana::sealing {

/// Packet type ids, RFC 9580 section 5. Others exist; they are refused where they may not stand.
enum class Tag : std::uint8_t {
    kPublicKeySession = 1,
    kSignature = 2,
    kPasswordSession = 3,
    kOnePassSignature = 4,
    kSecretKey = 5,
    kSecretSubkey = 7,
    kCompressed = 8,
    kEncryptedNoIntegrity = 9,
    kMarker = 10,
    kLiteral = 11,
    kEncryptedIntegrity = 18,
    kEncryptedAead = 20,  ///< of the withdrawn draft 4880bis
    kPadding = 21,
};

/// One packet, borrowed. The body is contiguous unless `partial`; then length octets stand between
/// its pieces.
struct Packet {
    Tag tag{};
    bool partial = false;
    ByteView encoded;             ///< from the first body octet to the end of the packet
    std::size_t first_piece = 0;  ///< octets of the body before the first length octets inside
    std::size_t size = 0;         ///< octets of the body without length octets

    /// The first octets of the body; at least min(size, 512) of them stand together.
    [[nodiscard]] ByteView head() const noexcept { return encoded.first(first_piece); }
};

/// Splits a sequence of packets; reads old and new headers, partial and indeterminate lengths
/// (section 4.2).
class PacketReader {
  public:
    explicit PacketReader(ByteView bytes) : rest_{bytes} {}
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    /// Errors: kMalformedMessage (also: a packet longer than what is there).
    [[nodiscard]] Result<Packet> next();

  private:
    Result<Packet> finish_partial(Packet packet);
    ByteView rest_;
};

/// Writes the body without its length octets to `out`, which has `packet.size` bytes and may be the
/// packet's own memory or stand before it.
void copy_body(const Packet& packet, std::span<std::uint8_t> out) noexcept;

/// Appends a new-format header with a definite length.
void append_header(Bytes& out, Tag tag, std::size_t body_size);

}  // namespace pramana::sealing
