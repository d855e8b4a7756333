# cmake -DFILES="a.ptx;b.ptx" -P check_ptx.cmake
# Fails when a scoring kernel has an instruction whose result is not correctly rounded, rounds another way, flushes
# subnormal numbers, or lacks the .rn without which it may be contracted. cvt.rzi and cvt.rmi give integers: exact.
set(forbidden "approx|ftz|\\.rm[^i]|\\.rz[^i]|\\.rp[^i]|ex2|rsqrt|tanh|lg2|sin\\.|cos\\.|fma\\.r[^n]|satfinite|[ \t](add|sub|mul|div|sqrt|mad)\\.f32")
set(all "")
foreach(file IN LISTS FILES)
    file(STRINGS "${file}" lines)
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^[ \t]*//" AND line MATCHES "${forbidden}")
            message(SEND_ERROR "${file}: ${line}")
        endif()
    endforeach()
    list(APPEND all ${lines})
endforeach()
# An empty file would pass: these must be there.
foreach(wanted "mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32" "fma.rn.f32" "div.rn.f32" "sqrt.rn.f32")
    string(FIND "${all}" "${wanted}" place)
    if(place EQUAL -1)
        message(SEND_ERROR "no ${wanted} in ${FILES}")
    endif()
endforeach()
