"""Which characters are taken for one another: by ear (surnames by their own reading), by eye.

Written down for the sample alone; what recognises them again has tables of its own.
"""

from __future__ import annotations

_SOUND = (
    "秀绣 桂贵 兰蓝 英瑛 凤奉 淑叔 珍真 芳方 莲连 荣蓉 香湘 月岳 翠萃 红洪 霞侠 琴芹 华花 玲铃 菊局 银寅 春椿 德得 玉钰 金今 福富 "
    "学穴 建健 永勇 宝保 长常 树术 培陪 立力 明名 贵桂 生升 祥详 有友 云芸 义议 山珊 文闻 林琳 忠中 成诚 才财 清青 和河 传船 兆照 "
    "士仕 希西 仁人 浩皓 宇雨 子紫 俊峻 轩宣 博搏 鹏朋 飞菲 志智 强墙 伟玮 杰洁 晨辰 阳洋 旭绪 航杭 家佳 豪毫 一依 凡帆 佑右 思斯 "
    "远院 振震 东冬 涛滔 鑫心 磊垒 超抄 凯慨 嘉佳 瑞睿 承成 恩蒽 睿瑞 铭明 奕艺 峰锋 欣心 怡宜 雨宇 涵寒 梓紫 萱轩 诗施 琪奇 颖影 "
    "晓小 婷亭 静靖 雅哑 梦孟 丽莉 娜纳 莹盈 倩欠 曦希 语雨 桐彤 可渴 馨欣 艺奕 悦月 娟鹃 燕雁 敏皿 慧惠 琳林 玥悦 冉染 国帼 海亥 "
    "张章 于余 徐许 石时 江姜 侯候 闫阎 解谢 单善 翟宅 区欧 仇求 查扎 曾增 朴瓢 尉玉 严闫 向项 施师 贺赫 任认 杜度 范饭 苏酥 董懂"
)
_SHAPE = (
    "王玉 田由 于干 史吏 孙孔 白自 石右 侯候 杨扬 陈阵 李季 周用 吴昊 汤扬 牛午 鲁曾 岳丘 芳芬 梅海 云去 红江 芹芽 春舂 福幅 洪供 "
    "国圆 建健 永水 培陪 明朋 荣莱 贵责 生主 祥详 有肖 海梅 文交 友发 忠患 成戌 才寸 清倩 和知 士土 希布 仁仨 花茫 素索 爱受 美羊 "
    "淑椒 珍诊 香杳 玲冷 娥饿 银根 改攻 浩洁 宇字 子孑 俊骏 泽译 轩轲 博傅 鹏鸥 志忘 伟纬 晨震 阳阴 旭旮 航舫 豪毫 天夭 振赈 东乐 "
    "涛祷 超赵 凯剀 嘉喜 瑞端 睿壑 铭铬 峰蜂 欣掀 怡治 涵函 梓锌 琪祺 佳住 颖颍 婷停 静睁 雅稚 洁浩 丽两 娜那 雪雷 莹萤 倩情 曦羲 "
    "语话 桐铜 艺艾 紫柴 悦脱 娟捐 敏每 慧彗 琳淋 冉再"
)
SOUND = {pair[0]: pair[1] for pair in _SOUND.split()}
SHAPE = {pair[0]: pair[1] for pair in _SHAPE.split()}


def mistaken(name: str, table: dict[str, str], turn: int) -> str:
    """The name with one character taken for another; the same name where none can be."""
    places = [at for at, one in enumerate(name) if one in table]
    if not places:
        return name
    at = places[-1 - turn % len(places)]
    return name[:at] + table[name[at]] + name[at + 1 :]
