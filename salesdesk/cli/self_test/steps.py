"""The steps of the self-test, each on real files: papers read back, copies put back, two PCs made equal over a share."""

from __future__ import annotations

import importlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from salesdesk import paths
from salesdesk.cli.self_test.verbs import try_operators, try_verbs
from salesdesk.desk import DATA_FILE, encrypt_data, join_fresh, open_desk, restore_backup
from salesdesk.persistence.listing import Query

NOT_IN_DEMO = 3
"""Kinds of papers a fresh demo company has no record for (报表 are made in quiet moments of its window)."""
PASSPHRASE = "自检 2 台电脑 一个口令"
PARTS = (
    *("sqlcipher3", "sqlalchemy", "openpyxl", "python_calamine", "reportlab", "pypdfium2", "pypinyin"),
    *("lxml.etree", "PIL.Image", "zxingcpp", "nacl.bindings", "keyring", "icalendar", "platformdirs"),
)
WANTED = (
    *("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf", "fonts/OFL.txt", "manual/index.md"),
    *("qss/app.qss", "icons/order.svg", "licences/LGPL-3.0.txt", "licences/README.md"),
)


@dataclass(frozen=True)
class Bench:
    """Where one self-test works: everything lies below `place`."""

    place: Path

    @property
    def data(self) -> Path:
        """The data folder of the demo company; its name has what breaks careless programs."""
        return self.place / "自检 数据（演示）"

    @property
    def papers(self) -> Path:
        """Where papers and files made by verbs go."""
        return self.place / "单据"

    # -- the steps -------------------------------------------------------------------------------------------------

    def parts(self) -> str:
        """Every part the program needs is there: packages with machine code, files it ships."""
        for name in PARTS:
            importlib.import_module(name)
        missing = [name for name in WANTED if not (paths.RESOURCES / name).is_file()]
        assert not missing, f"missing in {paths.RESOURCES}: {missing}"
        return f"{len(PARTS)} 个部件、{len(WANTED)} 个随带文件都在"

    def demo(self) -> str:
        """A small demo company, made by some hundred verbs of all subjects."""
        from salesdesk.demo.building import build

        return build(self.data, 7, "small", None, lambda done, whole: None)

    def verbs(self) -> str:
        """Every verb on a copy of the company, which must be sound afterwards."""
        copy = self.place / "动作"
        shutil.copytree(self.data, copy)
        desk = open_desk(copy)
        try:
            desk.settings.put("operator.role", "manager")
            told = f"{try_verbs(desk, self.papers / '动作')}；{try_operators(desk)}"
        finally:
            desk.close()
        return f"{told}；做完后{self._check(copy)}"

    def print_papers(self) -> str:
        """Every paper on every sheet it can be printed on, each PDF read back."""
        from salesdesk.cli.trying import print_papers
        from salesdesk.services.pdf_pages import open_pdf

        made = print_papers(self.data, self.papers)
        blank = []
        for file in made:
            document = open_pdf(file.read_bytes())
            if not document[0].get_textpage().get_text_range().strip():
                blank.append(file.name)
            document.close()
        assert made and not blank, f"no text on: {blank}"
        desk = open_desk(self.data)
        try:
            papers = [verb for verb in desk.registry.verbs.values() if verb.name.endswith(".preview")]
            none = [verb.title.removeprefix("预览") for verb in papers if not desk.rows(verb.entity, Query(), 1)]
        finally:
            desk.close()
        assert len(none) <= NOT_IN_DEMO, f"nothing to print for {none}"
        told = f"（演示公司里没有、没印的：{'、'.join(none)}）" if none else ""
        return f"{len(made)} 份 PDF 都印出来了，读回来有字{told}"

    def excel(self) -> str:
        """The shipped example file is read as an import would; the customers are written and read back."""
        from python_calamine import load_workbook

        desk = open_desk(self.data)
        try:
            customers = len(desk.rows("customer"))
            made = self.place / "客户 导出.xlsx"
            desk.do("customer.export", {"file": str(made)})
            sample = str(paths.SHIPPED_DATA / "samples" / "新客户登记表.xlsx")
            plan = desk.do("customer.check_import", {"file": sample})
        finally:
            desk.close()
        rows = load_workbook(str(made)).get_sheet_by_index(0).to_python()
        assert len(rows) > customers, f"{len(rows)} rows for {customers} customers"
        return f"导出 {customers} 家客户读回一致；{plan.message or '样例表读出来了'}"

    def copies(self) -> str:
        """A copy is made and put back; then the file is encrypted, tells nothing any more, and opens with its key."""
        folder = self.place / "备份"
        shutil.copytree(self.data, folder)
        desk = open_desk(folder)
        try:
            before = desk.dump()
            made = desk.backup()
            desk.do("customer.save", {"name": "备份以后才有的客户"})
        finally:
            desk.close()
        restore_backup(folder, made)
        desk = open_desk(folder)
        try:
            assert desk.dump() == before, "the copy that was put back holds other data"
        finally:
            desk.close()
        self._encrypt(folder)
        return f"备份（{made.stat().st_size // 1024} KB）恢复后一致；加密后文件里读不出公司名，用钥匙打得开"

    def _encrypt(self, folder: Path) -> None:
        from salesdesk.services.encryption import encrypted, new_code

        file = folder / DATA_FILE
        desk = open_desk(folder)
        name = desk.settings.company
        desk.close()
        assert name.encode() in file.read_bytes()
        encrypt_data(folder, new_code())
        assert encrypted(file), "not encrypted"
        assert name.encode() not in file.read_bytes(), "the company's name can still be read in the file"
        desk = open_desk(folder)
        try:
            assert desk.settings.company == name
        finally:
            desk.close()

    def sync(self) -> str:
        """Two PCs on one share: what each writes reaches the other, and in the end both hold the same."""
        share, second = self.place / "共享 盘", self.place / "第二台"
        share.mkdir()
        first = self.place / "第一台"
        shutil.copytree(self.data, first)
        one = open_desk(first)
        try:
            one.sync.create(str(share), PASSPHRASE, "一号", memory=1 << 20)
            assert join_fresh(second, str(share), PASSPHRASE, "二号"), "no snapshot to start from"
            two = open_desk(second)
            try:
                one.do("customer.save", {"name": "一号机新客户"})
                two.do("customer.save", {"name": "二号机新客户"})
                for desk in (one, two, one):
                    desk.sync.run()
                assert one.dump() == two.dump(), "the PCs differ"
                names = {str(row["name"]) for row in one.rows("customer")}
                assert {"一号机新客户", "二号机新客户"} <= names, "work of one PC is missing"
            finally:
                two.close()
        finally:
            one.close()
        return f"两台电脑同步后一致，共享盘上 {sum(1 for f in share.rglob('*') if f.is_file())} 个文件"

    def codes(self) -> str:
        """A QR code is drawn and read, as on every voucher."""
        import zxingcpp

        drawn = zxingcpp.create_barcode("发票 26322000001234567890", zxingcpp.BarcodeFormat.QRCode)
        read = zxingcpp.read_barcodes(drawn.to_image(scale=4))
        assert [code.text for code in read] == ["发票 26322000001234567890"], read
        return "二维码读写一致"

    def check(self) -> str:
        """The company's file is sound after all of it."""
        return self._check(self.data)

    def _check(self, folder: Path) -> str:
        from salesdesk.services.checking import check_all

        desk = open_desk(folder)
        try:
            report = check_all(
                desk.database, folder, [m.actions.verify for m in desk.registry.modules if m.actions.verify]
            )
        finally:
            desk.close()
        assert report.sound, "\n".join(report.lines)
        return "数据检查没有问题"
