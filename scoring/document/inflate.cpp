#include "inflate.hpp"

#include "pramana/core/secret_append.hpp"

#include <zlib.h>

#include <cstdlib>
#include <limits>
#include <new>

namespace pramana::scoring {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10U;
constexpr std::size_t kSizeBytes = alignof(std::max_align_t);  // in front of each allocation
constexpr int kGzipWindow = 15 + 16;                           // zlib: a gzip header is expected

constexpr Error kDamaged{Errc::kUnknownFormat, "scoring.document.gzip.damaged"};

// The window of an inflate stream holds plaintext: its memory knows its size, so that it is wiped.
voidpf allocate(voidpf, uInt items, uInt size) {
    if (size != 0 && items > (std::numeric_limits<std::size_t>::max() - kSizeBytes) / size)
        return Z_NULL;
    const std::size_t bytes = std::size_t{items} * size + kSizeBytes;
    auto* const memory = static_cast<unsigned char*>(::operator new(bytes, std::nothrow));
    if (memory == nullptr) return Z_NULL;
    ::new (memory) std::size_t{bytes};
    return memory + kSizeBytes;
}

void release(voidpf, voidpf address) {
    auto* const memory = static_cast<unsigned char*>(address) - kSizeBytes;
    wipe_memory(memory, *std::launder(reinterpret_cast<std::size_t*>(memory)));
    ::operator delete(memory);
}

class Inflate {
  public:
    explicit Inflate(std::span<const std::uint8_t> bytes) {
        stream_.zalloc = allocate;
        stream_.zfree = release;
        stream_.next_in = const_cast<Bytef*>(bytes.data());  // NOLINT: zlib does not write there
        stream_.avail_in = static_cast<uInt>(bytes.size());
        good_ = inflateInit2(&stream_, kGzipWindow) == Z_OK;
    }
    Inflate(const Inflate&) = delete;
    Inflate& operator=(const Inflate&) = delete;
    ~Inflate() {
        if (good_) inflateEnd(&stream_);
    }

    /// One gzip member behind what is in `out`.
    Status member(SecretVector<char>& block, ExpansionBudget& budget, SecretVector<char>& out) {
        if (!good_ || inflateReset(&stream_) != Z_OK) return kDamaged;
        for (;;) {
            stream_.next_out = reinterpret_cast<Bytef*>(block.data());
            stream_.avail_out = static_cast<uInt>(block.size());
            const int status = inflate(&stream_, Z_NO_FLUSH);
            const std::size_t got = block.size() - stream_.avail_out;
            if (status != Z_OK && status != Z_STREAM_END) return kDamaged;
            PRAMANA_TRY(budget.take(got));
            append_plain(out, block.data(), got);
            if (status == Z_STREAM_END) return Done{};
            if (got == 0 && stream_.avail_in == 0) return kDamaged;
        }
    }

    [[nodiscard]] std::span<const std::uint8_t> rest() const noexcept {
        return {stream_.next_in, stream_.avail_in};
    }

  private:
    z_stream stream_{};
    bool good_ = false;
};

}  // namespace

bool is_gzip(std::span<const std::uint8_t> bytes) noexcept {
    return bytes.size() >= 3 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8;
}

Result<SecretVector<char>> inflate_gzip(std::span<const std::uint8_t> bytes,
                                        ExpansionBudget& budget) {
    if (bytes.size() > std::numeric_limits<uInt>::max())
        return Error{Errc::kTooLarge, "scoring.document.gzip.size"};
    Inflate stream{bytes};
    SecretVector<char> block(kBlockBytes), out;
    do {
        PRAMANA_TRY(stream.member(block, budget, out));
    } while (is_gzip(stream.rest()));
    for (const std::uint8_t byte : stream.rest())
        if (byte != 0) return kDamaged;
    return out;
}

}  // namespace pramana::scoring
