-- The bucket that the proxy's pools put a key in: XXH3 (64 bits, no seed), then jump hash. The proxy does not tell which
-- node of a pool it asks, and which node failed has to be known. Asked only while a node of the pool is not to be relied on.
local SECRET = string.gsub("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
  .. "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
  .. "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
  .. "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e",
  "..", function(hex) return string.char(tonumber(hex, 16)) end)
local LOW = 0xffffffff
local P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
local P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
local P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5

local function u64(text, at) return (string.unpack("<i8", text, at + 1)) end
local function u32(text, at) return (string.unpack("<I4", text, at + 1)) end

-- The lower half of a product of 128 bits, and the upper half, as one.
local function fold(a, b)
  local al, ah, bl, bh = a & LOW, a >> 32, b & LOW, b >> 32
  local high_low = ah * bl
  local cross = ((al * bl) >> 32) + (high_low & LOW) + al * bh
  return (a * b) ~ ((high_low >> 32) + (cross >> 32) + ah * bh)
end

local function avalanche(h)
  h = (h ~ (h >> 37)) * 0x165667919E3779F9
  return h ~ (h >> 32)
end

local function mix(key, at, secret)
  return fold(u64(key, at) ~ u64(SECRET, secret), u64(key, at + 8) ~ u64(SECRET, secret + 8))
end

local function up_to_16(key, length)
  if length > 8 then
    local low = u64(key, 0) ~ u64(SECRET, 24) ~ u64(SECRET, 32)
    local high = u64(key, length - 8) ~ u64(SECRET, 40) ~ u64(SECRET, 48)
    local swapped = string.unpack(">i8", string.pack("<i8", low))
    return avalanche(length + swapped + high + fold(low, high))
  elseif length > 3 then
    local h = (u32(key, length - 4) + (u32(key, 0) << 32)) ~ u64(SECRET, 8) ~ u64(SECRET, 16)
    h = (h ~ ((h << 49) | (h >> 15)) ~ ((h << 24) | (h >> 40))) * 0x9FB21C651E98DF25
    h = (h ~ ((h >> 35) + length)) * 0x9FB21C651E98DF25
    return h ~ (h >> 28)
  end
  local first, middle, last = key:byte(1), key:byte((length >> 1) + 1), key:byte(length)
  local h = ((first << 16) | (middle << 24) | last | (length << 8)) ~ u32(SECRET, 0) ~ u32(SECRET, 4)
  h = (h ~ (h >> 33)) * P64_2
  h = (h ~ (h >> 29)) * P64_3
  return h ~ (h >> 32)
end

local function up_to_128(key, length)
  local h = length * P64_1
  for i = (length - 1) // 32, 0, -1 do
    h = h + mix(key, 16 * i, 32 * i) + mix(key, length - 16 * (i + 1), 32 * i + 16)
  end
  return avalanche(h)
end

local function up_to_240(key, length)
  local h = length * P64_1
  for i = 0, 7 do h = h + mix(key, 16 * i, 16 * i) end
  h = avalanche(h)
  for i = 8, length // 16 - 1 do h = h + mix(key, 16 * i, 16 * (i - 8) + 3) end
  return avalanche(h + mix(key, length - 16, 119))
end

local function longer(key, length)
  local sums = { [0] = P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1 }
  local function stripe(at, secret)
    for i = 0, 7 do
      local data = u64(key, at + 8 * i)
      local mixed = data ~ u64(SECRET, secret + 8 * i)
      sums[i ~ 1] = sums[i ~ 1] + data
      sums[i] = sums[i] + (mixed & LOW) * (mixed >> 32)
    end
  end
  for i = 0, (length - 1) // 64 - 1 do stripe(64 * i, 8 * i) end
  stripe(length - 64, 121)
  local h = length * P64_1
  for i = 0, 3 do
    h = h + fold(sums[2 * i] ~ u64(SECRET, 16 * i + 11), sums[2 * i + 1] ~ u64(SECRET, 16 * i + 19))
  end
  return avalanche(h)
end

local function hash(key)
  local length = #key
  if length <= 16 then return up_to_16(key, length) end
  if length <= 128 then return up_to_128(key, length) end
  return length <= 240 and up_to_240(key, length) or longer(key, length)
end

local function bucket(key, buckets)
  local h, b, next_bucket = hash(key), -1, 0
  while next_bucket < buckets do
    b = next_bucket
    h = h * 2862933555777941757 + 1
    next_bucket = math.tointeger((b + 1) * (2147483648.0 / ((h >> 33) + 1)) // 1)
  end
  return b + 1
end
