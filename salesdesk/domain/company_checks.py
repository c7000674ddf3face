"""What can be told about a firm from its papers alone: is the 税号 right, is the phone plausible, what is its name's core."""

from __future__ import annotations

import re
from functools import cache

from salesdesk.domain.characters import compact, half_width, is_han, search_key
from salesdesk.domain.patterns import late

_TAX_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_TAX_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MISTAKEN = {"I": "数字 1", "O": "数字 0", "S": "数字 5", "Z": "数字 2", "V": "字母 U 或 Y"}

_LEGAL_FORMS = late(
    r"(股份)?有限(责任)?(总|分)?公司|股份合作(公司|社)|集团(总)?(公司)?|(总|分)公司|公司|"
    r"[(]?(普通合伙|有限合伙|特殊普通合伙|个人独资)(企业)?[)]?|[(]个体工商户[)]"
)
_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 "
    "甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国"
)
_CITIES = (
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 阳泉 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 "
    "通辽 鄂尔多斯 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 哈尔滨 "
    "齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 "
    "宿迁 昆山 张家港 常熟 太仓 江阴 宜兴 靖江 如皋 海门 启东 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 慈溪 余姚 诸暨 "
    "乐清 瑞安 永康 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 "
    "龙岩 宁德 晋江 石狮 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 "
    "德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 "
    "襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 广州 韶关 深圳 珠海 汕头 "
    "佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 "
    "贺州 河池 来宾 崇左 海口 三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 "
    "遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 拉萨 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 商洛 兰州 嘉峪关 金昌 白银 "
    "天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 西宁 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依"
)
"""Cities as firm names carry them; those that are also everyday words (朝阳, 安康, 大同, 长治) are left out on purpose."""


@cache
def _regions() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of a region at the start, at the end and in brackets; made at first use, for they are long."""
    region = "(?:" + "|".join(sorted(f"{_PROVINCES} {_CITIES}".split(), key=len, reverse=True)) + ")"
    kinds = "壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市|地区"
    return (
        late(rf"^(?:{region}(?:{kinds})?|[一-鿿]{{2,3}}(?<![超城都门股夜])[市县])"),
        late(rf"{region}市?$"),
        late(rf"[(](?:{region}市?|[一-鿿]{{2,3}}[市县区])[)]"),
    )


_PHONE_FORMS = (
    late(r"(?:\+?86|0086)?1[3-9]\d{9}"),
    late(r"(?:(?:\+?86|0086)?(?:010|02\d|0[3-9]\d{2}))?[2-9]\d{6,7}"),
    late(r"[48]00\d{7}"),
    late(r"(?:955|9[56]\d|1[02])\d{2,3}"),
    late(r"\+(?!86)\d{7,15}"),
)


def tax_id_check_digit(first17: str) -> str:
    """The 18th character of a 统一社会信用代码 from the first 17 (GB 32100-2015, mod 31). Raises ValueError."""
    if len(first17) != 17 or any(ch not in _TAX_ALPHABET for ch in first17):
        raise ValueError("要 17 位数字或大写字母（没有 I、O、S、V、Z）才能算校验码")
    total = sum(_TAX_ALPHABET.index(ch) * weight for ch, weight in zip(first17, _TAX_WEIGHTS, strict=True))
    return _TAX_ALPHABET[-total % 31]


def clean_tax_id(text: str) -> str:
    """A tax number as it is stored: half width, upper case, without blanks and hyphens."""
    return "".join(half_width(text).split()).replace("-", "").upper()


def tax_id_problem(tax_id: str) -> str | None:
    """What is wrong with a 纳税人识别号, as a Chinese reason without full stop, or None.

    18 characters are checked as 统一社会信用代码 (GB 32100-2015); 15 (before 2015) and 20 (individuals, Hong Kong and Macao)
    have no check digit and pass when they are letters and digits.
    """
    number = clean_tax_id(tax_id)
    if not number:
        return "税号是空的"
    for at, ch in enumerate(number, 1):
        if not (ch.isascii() and ch.isalnum()):
            return f"税号第 {at} 位「{ch}」不是数字或字母"
    if len(number) in (15, 20):
        return None
    if len(number) != 18:
        return f"税号应该是 18 位，现在是 {len(number)} 位"
    for at, ch in enumerate(number, 1):
        if ch not in _TAX_ALPHABET:
            return f"税号第 {at} 位是字母 {ch}，税号里没有 I、O、S、V、Z，多半是{_MISTAKEN[ch]}"
    due = tax_id_check_digit(number[:17])
    if due != number[17]:
        return f"税号校验码不对：按前 17 位算，最后一位应该是 {due}，现在是 {number[17]}，里面有写错的字"
    return None


def phone_problem(text: str) -> str | None:
    """What is odd about a phone number, as a Chinese reason without full stop, or None.

    Mobile, landline with or without area code and extension, 400, service and foreign numbers pass; several may be
    separated by / 、 , ; or blanks between complete numbers.
    """
    plain = re.sub(r"(?:转|ext\.?|分机)\s*:?", "#", half_width(text).strip(), flags=re.IGNORECASE)
    if not plain:
        return "电话是空的"
    for part in (p for p in re.split(r"[/、,，;；|\n]+", plain) if p.strip()):
        if not _is_phone(part) and not all(_is_phone(piece) for piece in part.split()):
            return _phone_reason(part.strip())
    return None


def _is_phone(part: str) -> bool:
    number, _, extension = re.sub(r"[\s().]", "", part).partition("#")
    if extension and not re.fullmatch(r"\d{1,6}", extension, re.ASCII):
        return False
    forms = [number.replace("-", "")]
    if not extension and (dashed := re.fullmatch(r"(.*\d{7,})-\d{1,6}", number, re.ASCII)):
        forms.append(dashed[1].replace("-", ""))
    return any(form.fullmatch(digits) for form in _PHONE_FORMS for digits in forms if digits.isascii())


def _phone_reason(part: str) -> str:
    odd = re.search(r"[^\d\s()+#.-]", part, re.ASCII)
    if odd:
        return f"电话「{part}」里的「{odd[0]}」不是数字"
    digits = re.sub(r"\D", "", part)
    if digits.startswith("1") and len(digits) != 11:
        return f"手机号应该是 11 位，「{part}」是 {len(digits)} 位"
    if digits.startswith("0"):
        return f"「{part}」不像固定电话：区号 3 到 4 位，号码 7 到 8 位"
    return f"「{part}」不像电话号码，有 {len(digits)} 位"


def name_core(company_name: str) -> str:
    """What distinguishes a firm's name: without region, legal form and punctuation, for finding duplicates.

    苏州华兴机械有限公司, 华兴机械（苏州）股份有限公司 and 江苏省苏州市华兴机械 all give 华兴机械. A name of which too little
    would remain is only freed of punctuation.
    """
    key = search_key(company_name)
    first, last, inside = _regions()
    core = _LEGAL_FORMS.sub("", inside.sub("", key))
    core = compact(core)
    while (found := first.match(core)) and len(core) - found.end() >= 2:
        core = core[found.end() :]
    if (found := last.search(core)) and found.start() >= 2:
        core = core[: found.start()]
    enough = len(core) >= 2 or any(not is_han(ch) for ch in core)
    return core if enough else compact(key)
