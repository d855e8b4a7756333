#pragma once

#include "pramana/core/errc.hpp"

#include <string_view>

/// Messages of other programs, base64, all of the text "opened text" under the password "pass
/// word"; made on 2026-11-21 by GnuPG 2.2.40 (--s2k-count 2048, one feature per row),
/// openpgp.js 5.11.3 and 6.3.2 (s2kIterationCountByte 0). Generated; tests/oracle makes fresh ones.
namespace pramana::sealing {

inline constexpr std::string_view kForeignText = "opened text";
inline constexpr std::string_view kForeignPassword = "pass word";

struct ReadableMessage {
    const char* name;
    std::string_view base64;
};
inline constexpr ReadableMessage kReadable[] = {
    {"gpg_s2k_0",
     "jAQECQAI0kEBYp0+0lVDE4pMlytAAY2bIEg9gnzkhRs761cTsm/Tmrf2iFS1Lcb5mdhsYLAKWrip6U/f"
     "+iu5Tbt8+ilIVrqfRA=="},
    {"gpg_s2k_1",
     "jAwECQEIRStKq+QpXcPSQQHCLx+C55ZUprhuOSKdJGJLOvhf2oVqIXF1EMHFEde8FDRMdYytlxVjgSQn"
     "FaOhTiLT8RnAc/jTk8B8an8wwDtx"},
    {"gpg_s2k_3",
     "jA0ECQMIIQj1efNnQW4Q0kEB/Jt2PZVTjklmnA0Udi5/YOmJXugzXnYait+I9y4/8hNbksqXUZDFrzeD"
     "SZfbLUnopCVvqkWbLGkYqDfNpmwwYQ=="},
    {"gpg_md5",
     "jA0ECQMBWI9mZ3GyczYQ0kEBfrukHcekVvZEw9QPrMwNFKuqUWtmluHhALIWp022v8iestKmByjq4BRQ"
     "4O70aWDxcGsHeDXJ0PSg6Frt8yZj5Q=="},
    {"gpg_sha1",
     "jA0ECQMCdPzuDeTfKIQQ0kEB73VAcE40d8KVyQspgBkSqx8Y9Dxh0IvkmdYuSCnpoMbn5SwNFrJXqefH"
     "4iDgsHymg+hd0LW+oPc/IBmG2FiMlQ=="},
    {"gpg_ripemd160",
     "jA0ECQMDbz0pCaeuJ6EQ0kEBhe85GqMVVCQQeRYOK3dcYw9Rv9HQ5z9YZJhYyIXQ0PNS5nCOvnHp631o"
     "56vWxaVhNrw2oR8R9sdgGNd6wG8R8A=="},
    {"gpg_sha224",
     "jA0ECQMLnZv7fi/SCpMQ0kEBE746IxZFOHl+AfVZeWj0TGLfcDpBa/TBCzPq96Wt6eRdKVTTrtzvzipE"
     "b7loutyXWKjvzobGTT7vH90JBf4yYw=="},
    {"gpg_sha384",
     "jA0ECQMJBzXHqJLOCQAQ0kEBW3uMaCl4S4104m3cVJMvUroLdOQe6OtkWk5TSWqUUHr3xiY0+pEyTNVc"
     "8lS0B866w71Ux398hlEiLzZwQU/ofg=="},
    {"gpg_sha512",
     "jA0ECQMKpjuTrGLj4jYQ0kEBBk9jAlGbV48F/7JIn5AYk+v+7DS7QObD4yVuIraKLHo5RCWrpvl4rnLi"
     "DtMy5vozxuihVFl5Y+zwzXghVRkaAQ=="},
    {"gpg_aes128",
     "jA0EBwMCkER22jSjKs8Q0kEBE/oaQ+6wJForYhPmUf68CHzvdGSz0spXrv1IdXuZqeMWHCEVZAvW6TWh"
     "o/aZ6IwNGmM2QFApld8eg1SU1R+S/A=="},
    {"gpg_aes192",
     "jA0ECAMCNDmheYhdjmkQ0kEBdQBAB4jHwRs0QnyNip7NmUi8fc9ZeZFTeQALU8izCXE55bPZEb4JIHB7"
     "TUE19Hh4FuBAndJklwz6GxBRboekmA=="},
    {"gpg_zip",
     "jA0ECQMCqhYrqrBIWP0Q0kUBqPY2VkdwSJ4Y2Wdyx4fL405N/G/yxwwDH+2m6DQy49eBcADqhsE+MTEF"
     "IWI1LgW7BPD/Rv5amMk8erqkYJhcwjsVTOg="},
    {"gpg_zlib",
     "jA0ECQMCctwb8aX46fAQ0ksBTzReZbIrebXc0xSSSRQjW2b+UWKY63U31F/mV5Tm/rJYlXUtIUIiiv/K"
     "tZmqIn0N+gXpfHnqHV5Z6ZVAdqrz+p7G0iw96hML9NA="},
    {"gpg_text_mode",
     "jA0ECQMCqrXhC3trFvQQ0kEBLK6mHKLDeCmLzdUtk3xxSW4ATKzdaIU/t1MQKtNqTuRjbLI6y84iZY1H"
     "s5qWVX4lbH9t1/vJvurDHiIWoStCMg=="},
    {"gpg_name",
     "jA0ECQMC/yEbma4EYV4Q0kYBq/cY95QsytDtKfr9ElLQ/QVY18TcRJo4Xiyetw0+oqwcmQCkrLE5Vdkq"
     "VPcRtndBYl3QGq7xddFymovhD4WQWOgWxsfJ"},
    {"js5_default",
     "wy4ECQMI3WtLgQF2Z9sAJTCG8bFh6jO8W2XH+LP7xWax274BIl0Fs//f6nVjL51Z0jwBpKVFKLNpGul4"
     "C0EVnQ/f2xNMC8qkzbvimdUeKsuNfgTTZq8Iq25Pj79blVeMVSQFYWA54+NN8Mng/UY="},
    {"js6_default",
     "wy4ECQMIv//gKeiWg9cAMgqukV1hn1PljN2NXExAvbwTqCR6K2rrX3g7mF9+Ee7v0jwBnzkp42TZ8uuS"
     "zu/CnxUxyqWb2IPMhcR00pPfKBq3d6938J9DntctNiTmVWqjA9khGGW8X3Jbu5wP/eg="},
    {"js6_two_passwords",
     "wy4ECQMIt3D0s6YkbWMAAhUqGF+yR4k0K2naNHzGWVOF7UB0QUXiMUxvFBhq4HZqwy4ECQMIBQq83tXn"
     "oKsAkol6J2BXi50ILiID+G3+YX/SHXt/V7kl8lnP8R2DV2ja0jwBjaJRXMIx4ccCBNDqi9pH1SPZ9mtU"
     "SO9jPniZH1c+jq5lyjE82Ju/Y7sc1FHzP/YRDVSEXXjePj8tUxc="},
    {"js6_zlib",
     "wy4ECQMINessSqQARuEAB4svVVIrbZfadURF7UgF5H+iHumHj+nRzPlToprgCycT0kcBYgS0zgfPeUwq"
     "/B7HziM+xFA1TA1xto0bMMfnOWsu9dccUCHBYJb3FeLoHC+eOz3EE89msRXW5gJxMbLzxf3fdzwhiuHI"
     "QQ=="},
};

struct RefusedMessage {
    const char* name;
    Errc code;
    std::string_view site;
    std::string_view base64;
};
inline constexpr RefusedMessage kRefused[] = {
    {"gpg_bzip2", Errc::kUnsupportedPacket, "sealing.openpgp.bzip2",
     "jA0ECQMCbxeGZLd6ypUQ0nABYEJn3m7piq0dDNLNjifqdvSwOnHACONB7P4q37KVpC4rcHGqGqBzCboU"
     "8xb0gSyV/7Mr85IkNxoxcJyJDJJjrZqkXXpoNss9YqPtuHcPpc/6ykjHqWyQkD+Nkf2jIyXJLqvu5pfY"
     "vfvjq0QG6/Jw"},
    {"gpg_cast5", Errc::kUnsupportedPacket, "sealing.openpgp.cipher_cast5",
     "jA0EAwMCwqL+41jGoiEQ0jkBaQQmHSWknQf1cd9xLkAVAFfypSgih3KQcyqSta4njNXqTDxg3cS58F0C"
     "6KA6pCfKt9k9ZYA7Zgs="},
    {"gpg_3des", Errc::kUnsupportedPacket, "sealing.openpgp.cipher_3des",
     "jA0EAgMCAIjan2267pAQ0jkBm8YbDGDnJ4WjBmovy0kF2FtQ0KaNQhiLgNAcJhXMTcdflvQqV0CBLt2P"
     "h2lVOtQFoZ6wkQmLdOM="},
    {"gpg_blowfish", Errc::kUnsupportedPacket, "sealing.openpgp.cipher_blowfish",
     "jA0EBAMCma6MGoq6sNAQ0jkBYUyLclnzoCq9hhe41R5kD8DJt8aHIpDd/O5sVVrwpyB7GdRzNyXnCAEy"
     "ifezq+MdguzoAPsuKLY="},
    {"gpg_twofish", Errc::kUnsupportedPacket, "sealing.openpgp.cipher_twofish",
     "jA0ECgMC7kSQXTNkMiIQ0kEBpRWSQR1RMUkM0AfT3KTVwZTfbVKErGXrrGXpsrYjKrYmnbT7Om0IW6x0"
     "3Vs5SIdVzS3K0BifBvAwuL3uj1qaxg=="},
    {"gpg_camellia", Errc::kUnsupportedPacket, "sealing.openpgp.cipher_camellia",
     "jA0EDQMCHolArBW3azAQ0kEBunpURiPr3aIKiFT0MhZdOvURurgMFpQx7kBhSCCr44YDn2g6wkCq6s80"
     "yfOmTI5AsMqL/DWBNBR8ocfzdnP+rQ=="},
    {"gpg_nomdc", Errc::kNoIntegrity, "sealing.openpgp.sed_packet",
     "jA0ECQMCtKw9DxtmVtcQpCpt2YTNLKdB1ForWmtjkAHvTgtXIwO1Eyux7E46XU1Ss2IKHAmNQ+bwM5Y="},
    {"js6_seipd2_ocb", Errc::kUnsupportedPacket, "sealing.openpgp.seipd_v2",
     "w08GHQkCCwMIDx6lwk/RN9kAthDmBEOtmL4ODhs+KG/iUyV6hzWcS9oAmpTdL8FPExVHqsQmQJvtaWuK"
     "HAclwqKT8+kEmUZ1ctc7E1vod/oK0lcCCQIMz4S5/ZCzuaxf19IqUgw8+IFfm9arjUFW2loRn0nBRjcW"
     "rLUai2/hOFpNGGuEBREeS+UlphF5EIL6v0bGe1J4xl+jiX9JcN7SABL9K/gLo3iwZw8="},
    {"js6_seipd2_gcm", Errc::kUnsupportedPacket, "sealing.openpgp.seipd_v2",
     "w0wGGgkDCwMI5vipRKdBw8EA0rCn6A67m4+m3U3R1TH3rUjMFRNj8eC1UkypBZUF57bjIHbzsTTqUWr+"
     "iuKylkRIK6LojNQNHEeSvhfD0lcCCQMM247d+LkUjt9x0IylPPHrCtan5OXW1+ZinAZ1NKVGFrMiG4Gl"
     "ccuHFFSOSiYVp4QAhTaby8cmVM4bGljycW0jey1V/gxW+pOvJ+LlZQbAyUctKGI="},
    {"js6_argon2", Errc::kUnsupportedPacket, "sealing.openpgp.argon2",
     "wzcECQQT02VMWRc4M5RojP+AKIKwAQEKIATxrRGBxmn3mbXXW9KveyTLZgGFxC9TujT87glCFf7C0jwB"
     "p16UyOVdTIC16g2HhEw43+DhmxJiTqllQxCCz7y6Uv8Ro6uQo2KtPsjXMkcwmS2HZBL5cfXBmAs8cM4="},
    {"js5_aead_eax", Errc::kUnsupportedPacket, "sealing.openpgp.aead_packet",
     "w04FCQEDCIGoi+3qO1aPAFZ1gS1xy9HE/tNG/3yI14i+EYyuuijg08ctI8xRGKWgcVyhZWJBLg5DF3EI"
     "kc9l7/o44bHEbvtWkwsMoJYQeMnURwEJAQw9h5PTAfshJ7ybBWoVpDBBAp8RfUpUjTUBjx5T3fcnVU6n"
     "TcoTMLB8N72XiY4uo2uoCObWF5fKy3Halb7Mrrtjkqv7"},
    {"js6_three_passwords", Errc::kCostLimit, "sealing.message.password_packets",
     "wy4ECQMIJ0g8T07NC9oAOtVD1XTwaIJRuK9Q7uhgheREuPnopYhvUEhDx8bIZPmHwy4ECQMIrvEhmhho"
     "od0A32SbCuyh2+I+YNVk47wJhY8Talb2r6CcVzfgos/Uv34twy4ECQMIdPXBcolhFTQAeM7wrnNeXWWk"
     "2/ANIvYbqfVOJUH6wXMF6V95NPl3bqrl0jwBcZVdzVxRms6KYi0tGGkO/ZpmXdeuhjVdSWKHGBirD+Pf"
     "wz2PW1s9h7kHNSl/tu5aATgOSmTTayxmnAQ="},
};

/// GnuPG's --armor with a comment, exactly as written.
inline constexpr std::string_view kArmored =
    R"(-----BEGIN PGP MESSAGE-----
Comment: a comment

jA0ECQMChRROPP/7bOUQ0kEBq7n9u+nTpVrFfWctX4njl4fZxvqjUsR9Y8T3eb+Z
X3ZmJvhKWZMAQGGMCD1Mpni9hF4f4ffsUj/YK9SyRuW3mA==
=QHx8
-----END PGP MESSAGE-----
)";

}  // namespace pramana::sealing
