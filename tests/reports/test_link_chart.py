"""A pair's weights as steps."""

from doudi.findings.link import Reason
from doudi.reports import charts
from doudi.reports.link_chart import weight_text, weights_chart

REASONS = [
    Reason("任意两条记录", "是同一人的可能", -1435),
    Reason("姓名", "读音相同", 664),
    Reason("出生日期", "相同", 1444),
    Reason("电话", "缺，不计", 0),
    Reason("性别", "不同", -664),
]


def test_a_weight_is_written_in_whole_bits_and_hundredths() -> None:
    assert [weight_text(weight) for weight in (773, -5, 0, -1435)] == ["+7.73", "-0.05", "+0.00", "-14.35"]


def test_the_chart_says_every_step_in_words_and_is_the_same_each_time() -> None:
    drawn = charts.svg(weights_chart(REASONS))
    assert drawn == charts.svg(weights_chart(REASONS))
    for told in ("姓名：读音相同", "+6.64", "-6.64", "合计 Sum", "+0.09"):
        assert told in drawn
    assert "电话" not in drawn  # what was not compared moves nothing


def test_a_chart_of_nothing_is_a_sum_of_nothing() -> None:
    assert "合计 Sum +0.00" in charts.svg(weights_chart([], charts.NARROW))


def test_steps_begin_where_the_one_before_ended() -> None:
    values = weights_chart(REASONS).to_dict()["data"]["values"]
    ends = [(value["first"], value["second"]) for value in values]
    assert ends == [(0, -1435), (-1435, -771), (-771, 673), (673, 9), (0, 9)]
