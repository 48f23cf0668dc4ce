"""Traditional forms of the characters that headers and values of lists are written with: senders on Big5 use them.

Made for comparing, never for rewriting what somebody wrote: a person's name stays as it is.
"""

from __future__ import annotations

from typing import Final

_PAIRS = (
    "專专業业東东兩两嚴严喪丧個个臨临為为爲为義义鄉乡書书買买產产産产親亲從从儀仪眾众衆众會会傷伤償偿儲储關关養养內内冊册軍军農农決决況况"
    "凍冻減减憑凭剛刚別别劑剂辦办務务動动勵励勞劳勢势區区醫医協协單单衛卫衞卫歷历曆历壓压厭厌縣县參参雙双發发變变號号啟启啓启員员囑嘱"
    "團团園园圍围國国圖图場场壯壮處处備备頭头獎奖婦妇孫孙學学實实審审對对導导爾尔層层屬属歲岁崗岗師师帳帐廣广庫库應应廢废開开棄弃張张強强"
    "當当錄录徑径態态總总戶户户户執执撫抚護护報报擔担撥拨換换數数斷断無无舊旧時时暫暂權权條条來来樣样標标檔档檢检殘残殯殡畢毕漢汉淺浅"
    "濁浊測测濟济渾浑澇涝滯滞滿满靈灵災灾點点熱热愛爱爺爷狀状獨独獄狱環环現现瑤瑶電电療疗癇痫癲癫鹽盐監监蓋盖碼码磚砖礎础碩硕礙碍鹼碱鹼碱"
    "積积稱称稅税穩稳簽签類类糧粮紅红約约級级純纯納纳組组細细織织終终經经結结絡络絕绝統统繼继績绩續续維维綜综編编緣缘縮缩繕缮繳缴職职聯联"
    "腸肠脫脱藥药營营薩萨補补規规視视計计訂订認认訓训議议訊讯記记講讲論论設设訪访證证評评識识診诊話话詳详語语說说説说請请諾诺讀读負负財财"
    "責责敗败賬账貨货質质貧贫購购貫贯貳贰貼贴貸贷費费賃赁資资賠赔贈赠贍赡車车轉转輔辅輛辆輟辍輸输轄辖邊边達达遷迁過过運运還还遲迟選选遺遗"
    "鄰邻鑒鉴鑑鉴鈣钙鋼钢銀银鋪铺銷销錳锰鎮镇長长門门問问閒闲閑闲間间隊队階阶際际險险隨随隸隶難难項项順顺預预領领頻频題题額额風风飲饮館馆"
    "驗验鮮鲜黃黄齡龄龍龙後后裡里裏里幹干係系餘余製制範范復复複复準准週周臺台爐炉貳贰備备註注託托佔占徵征採采佈布並并製制僅仅與与"
    "鬱郁緒绪確确種种術术體体遠远連连飯饭羣群濾滤鉛铅鉻铬氣气溫温濕湿縂总鎖锁"
)
_SIMPLE: Final = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


def simplified(text: str) -> str:
    """The text in simplified characters, as far as headers and values of lists need it."""
    return text.translate(_SIMPLE)
