#include "exports_support/samples.hpp"
#include "unit/scoring_document/zip_builder.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace pramana::exports {
namespace {

std::tm utc(std::int64_t unix_us) {
    const std::time_t seconds = static_cast<std::time_t>(unix_us / 1'000'000);
    std::tm out{};
    gmtime_r(&seconds, &out);
    return out;
}

}  // namespace

Bytes zip_of(const Files& files) {
    scoring::testing::ZipBuilder zip;
    for (const auto& [name, content] : files) zip.add(name, content, {.deflate = true});
    return zip.finish();
}

Bytes tar_of(const Files& files) {
    Bytes out;
    for (const auto& [name, content] : files) {
        std::array<char, 513> header{};
        std::snprintf(header.data(), 100, "%s", name.c_str());
        std::snprintf(header.data() + 100, 8, "0000644");
        std::snprintf(header.data() + 108, 8, "0000000");
        std::snprintf(header.data() + 116, 8, "0000000");
        std::snprintf(header.data() + 124, 12, "%011llo",
                      static_cast<unsigned long long>(content.size()));
        std::snprintf(header.data() + 136, 12, "00000000000");
        std::snprintf(header.data() + 148, 9, "        ");
        header[156] = '0';
        std::snprintf(header.data() + 257, 6, "ustar");
        header[263] = header[264] = '0';
        unsigned sum = 0;
        for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(header[i]);
        std::snprintf(header.data() + 148, 8, "%06o", sum);
        header[155] = ' ';
        append(out, std::string_view{header.data(), 512});
        append(out, content);
        out.resize((out.size() + 511) / 512 * 512);
    }
    out.resize(out.size() + 1024);
    return out;
}

Bytes gzip_of(std::string_view content) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error{"zlib"};
    Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())) + 32);
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

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::string iso_time(std::int64_t unix_us, int digits) {
    const std::tm t = utc(unix_us);
    std::array<char, 40> out{};
    std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%S", &t);
    std::string text = out.data();
    if (digits > 0) {
        std::array<char, 16> fraction{};
        std::snprintf(fraction.data(), fraction.size(), ".%06lld",
                      static_cast<long long>(unix_us % 1'000'000));
        text += std::string{fraction.data()}.substr(0, static_cast<std::size_t>(digits) + 1);
    }
    return text + "Z";
}

std::string ctime_of(std::int64_t unix_us) {
    const std::tm t = utc(unix_us);
    std::array<char, 40> out{};
    std::strftime(out.data(), out.size(), "%a %b %d %H:%M:%S +0000 %Y", &t);
    return out.data();
}

}  // namespace pramana::exports
