#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/endian.hpp"

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace pramana::scoring::testing {

/// Writes zip archives byte by byte (APPNOTE.TXT 4.3), so that tests can also write ones that no
/// packer would.
class ZipBuilder {
  public:
    struct Options {
        bool deflate = false;
        std::uint32_t unix_mode = 0100644;
        std::uint16_t flags = 0x0800;  ///< names are UTF-8
        std::uint32_t crc_error = 0;   ///< added to the true CRC
    };

    void add(std::string_view name, std::string_view content) { add(name, content, Options{}); }
    void add(std::string_view name, std::string_view content, Options options) {
        const Bytes packed =
            options.deflate ? deflate_raw(content) : Bytes(content.begin(), content.end());
        Entry entry{std::string{name},
                    options,
                    static_cast<std::uint32_t>(out_.size()),
                    crc_of(content),
                    static_cast<std::uint32_t>(packed.size()),
                    static_cast<std::uint32_t>(content.size())};
        entry.crc += options.crc_error;
        append(out_, "PK\x03\x04");
        common_fields(entry, out_);
        append_le(out_, std::uint16_t{0});  // extra
        append(out_, entry.name);
        append(out_, packed);
        entries_.push_back(entry);
    }

    [[nodiscard]] Bytes finish() {
        const auto directory_at = static_cast<std::uint32_t>(out_.size());
        for (const Entry& entry : entries_) {
            append(out_, "PK\x01\x02");
            append_le(out_, std::uint16_t{0x0314});  // made by Unix
            common_fields(entry, out_);
            for (int i = 0; i < 4; ++i)
                append_le(out_, std::uint16_t{0});  // extra, comment, disk, internal
            append_le(out_, entry.options.unix_mode << 16U);
            append_le(out_, entry.at);
            append(out_, entry.name);
        }
        const auto directory_size = static_cast<std::uint32_t>(out_.size()) - directory_at;
        append(out_, std::string_view{"PK\x05\x06\0\0\0\0", 8});
        append_le(out_, static_cast<std::uint16_t>(entries_.size()));
        append_le(out_, static_cast<std::uint16_t>(entries_.size()));
        append_le(out_, directory_size);
        append_le(out_, directory_at);
        append_le(out_, std::uint16_t{0});
        return out_;
    }

  private:
    struct Entry {
        std::string name;
        Options options;
        std::uint32_t at, crc, packed, size;
    };

    static void common_fields(const Entry& entry, Bytes& out) {
        append_le(out, std::uint16_t{20});
        append_le(out, entry.options.flags);
        append_le(out, static_cast<std::uint16_t>(entry.options.deflate ? 8 : 0));
        append_le(out, std::uint32_t{0x58210000});  // time and date
        append_le(out, entry.crc);
        append_le(out, entry.packed);
        append_le(out, entry.size);
        append_le(out, static_cast<std::uint16_t>(entry.name.size()));
    }

    static std::uint32_t crc_of(std::string_view content) {
        return static_cast<std::uint32_t>(
            crc32(0, as_bytes_view(content).data(), static_cast<uInt>(content.size())));
    }

    static Bytes deflate_raw(std::string_view content) {
        z_stream stream{};
        if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error{"zlib"};
        Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())));
        Bytes in(content.begin(), content.end());
        stream.next_in = in.data();
        stream.avail_in = static_cast<uInt>(in.size());
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error{"zlib"};
        out.resize(stream.total_out);
        deflateEnd(&stream);
        return out;
    }

    Bytes out_;
    std::vector<Entry> entries_;
};

}  // namespace pramana::scoring::testing
