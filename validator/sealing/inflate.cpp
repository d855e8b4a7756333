#include "inflate.hpp"

#include <zlib.h>
#include <climits>
#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

namespace pramana::sealing {
namespace {

constexpr std::size_t kPieceMin = std::size_t{64} << 10U;
constexpr std::size_t kPieceMax = std::size_t{4} << 20U;

/// zlib's window holds the last 32 KiB of plaintext: every block remembers its size in front and is
/// wiped when freed.
constexpr std::size_t kFront = alignof(std::max_align_t);

voidpf allocate_wiped(voidpf /*opaque*/, uInt items, uInt size) {
    const std::size_t bytes = std::size_t{items} * size + kFront;
    auto* const block = static_cast<std::uint8_t*>(std::calloc(1, bytes));
    if (block == nullptr) return Z_NULL;
    *reinterpret_cast<std::size_t*>(block) = bytes;
    return block + kFront;
}

void free_wiped(voidpf /*opaque*/, voidpf address) {
    if (address == nullptr) return;
    auto* const block = static_cast<std::uint8_t*>(address) - kFront;
    wipe({block, *reinterpret_cast<std::size_t*>(block)});
    std::free(block);
}

class Inflater {
  public:
    Inflater(Deflate kind, ByteView input) {
        stream_.zalloc = allocate_wiped;
        stream_.zfree = free_wiped;
        stream_.next_in = const_cast<Bytef*>(input.data());  // zlib does not write through it
        stream_.avail_in = static_cast<uInt>(input.size());
        const int window = kind == Deflate::kZip ? -MAX_WBITS : MAX_WBITS;
        if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc{};
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Writes to `out` and returns how much; `ended` and `failed` say why it is less.
    std::size_t run(std::span<std::uint8_t> out) {
        stream_.next_out = out.data();
        stream_.avail_out = static_cast<uInt>(out.size());
        const int code = inflate(&stream_, Z_NO_FLUSH);
        ended = code == Z_STREAM_END;
        failed = code != Z_OK && code != Z_STREAM_END;  // Z_BUF_ERROR: the input is cut off
        return out.size() - stream_.avail_out;
    }
    [[nodiscard]] bool input_used_up() const noexcept { return stream_.avail_in == 0; }

    bool ended = false;
    bool failed = false;

  private:
    z_stream stream_{};
};

SecretBytes joined(const std::vector<SecretBytes>& pieces, std::size_t size) {
    SecretBytes out{size};
    auto at = out.expose_mutable().begin();
    for (const SecretBytes& piece : pieces)
        at = std::copy(piece.expose().begin(), piece.expose().end(), at);
    return out;
}

}  // namespace

Result<SecretBytes> inflate_bounded(Deflate kind, ByteView compressed, std::size_t bytes_max) {
    if (compressed.size() > UINT_MAX) return Error{Errc::kTooLarge, "sealing.inflate.input"};
    Inflater inflater{kind, compressed};
    std::vector<SecretBytes> pieces;
    std::size_t total = 0;
    for (std::size_t piece = kPieceMin; !inflater.ended; piece = std::min(piece * 2, kPieceMax)) {
        SecretBytes& out = pieces.emplace_back(std::min(piece, bytes_max - total + 1));
        const std::size_t written = inflater.run(out.expose_mutable());
        if (inflater.failed) return Error{Errc::kMalformedMessage, "sealing.inflate.stream"};
        out.shrink(written);
        total += written;
        if (total > bytes_max) return Error{Errc::kDecompressionLimit, "sealing.inflate.limit"};
    }
    if (!inflater.input_used_up())
        return Error{Errc::kMalformedMessage, "sealing.inflate.trailing"};
    return joined(pieces, total);
}

}  // namespace pramana::sealing
