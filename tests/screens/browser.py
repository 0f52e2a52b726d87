"""A real browser, and what a person would notice in it: text that overlaps or is cut, lost focus, errors, visitors."""

import json
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
LOOKS = (Path(__file__).parent / "looks.js").read_text()


class Browser:
    """One window. `faults` names, in words, what is wrong with the page that it shows."""

    def __init__(self, base_url: str, driver: webdriver.Chrome) -> None:
        self.base_url, self.driver = base_url, driver

    def size(self, width: int, height: int) -> None:
        """The size of the page as the reader sees it, like a phone's or a desk's."""
        told = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)

    def open(self, path: str) -> None:
        self.driver.get(self.base_url + path)

    def log_in(self, username: str, password: str) -> None:
        self.driver.delete_all_cookies()
        self.open("/admin/login/?next=/admin/")
        self.driver.find_element(By.NAME, "username").send_keys(username)
        self.driver.find_element(By.NAME, "password").send_keys(password + Keys.ENTER)
        WebDriverWait(self.driver, 20).until(lambda driver: "/login/" not in driver.current_url)

    def speak(self, language: str) -> None:
        """Choose a language, and wait for the page that comes in it."""
        self.driver.execute_script("document.documentElement.dataset.before = 'yes'")
        self.driver.find_element(By.CSS_SELECTOR, f"button[name=language][value={language}]").click()
        fresh = "return document.readyState === 'complete' && !document.documentElement.dataset.before"
        patient = WebDriverWait(self.driver, 20, ignored_exceptions=[WebDriverException])  # between two pages
        patient.until(lambda driver: driver.execute_script(fresh))

    def wait_for(self, selector: str) -> None:
        """Until something of the kind stands on the page. Raises TimeoutException after ten seconds."""
        WebDriverWait(self.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))

    def text(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "body").text

    def texts(self) -> list[str]:
        """Every piece of text that can be seen."""
        return self._look("texts")

    def faults(self) -> list[str]:
        """What a person would stumble over on this page, at this size."""
        return [
            *self._look("overlaps"),
            *self._look("cut"),
            *self._look("unlabelled"),
            *self.errors(),
            *self.visits_elsewhere(),
        ]

    def errors(self) -> list[str]:
        """What the page complained of; hints of the browser to authors are no errors."""
        told = [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        return [f"console: {entry['message']}" for entry in told]

    def visits_elsewhere(self) -> list[str]:
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [f"asked elsewhere: {url}" for url in asked if not url.startswith((self.base_url, "data:", "blob:"))]

    def out_of_reach(self) -> list[str]:
        """Controls that Tab never comes to, or that do not show that it has."""
        left = set(self._look("mark_controls"))
        faults = []
        for _ in range(len(left) + 10):
            ActionChains(self.driver).send_keys(Keys.TAB).perform()
            name, seen = self._look("focused")
            if name in left and not seen:
                faults.append(f"focus not to be seen: {name}")
            left.discard(name)
            if not left:
                break
        return [*faults, *(f"not reached by Tab: {name}" for name in sorted(left))]

    def tab_to(self, name: str, value: str = "") -> None:
        """Press Tab until the field of that name, or the button or link of that text, has the focus and shows it."""
        for _ in range(120):
            ActionChains(self.driver).send_keys(Keys.TAB).perform()
            field, held, _, text = self._look("here")
            if (field == name and value in ("", held)) or text.strip() == name or (not field and held == name):
                return
        raise AssertionError(f"Tab never comes to {name} {value}")

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def shoot(self, file: Path) -> None:
        """A picture of the whole page."""
        width, height = self._look("extent")
        wanted = {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}, "captureBeyondViewport": True}
        file.write_bytes(b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", wanted)["data"]))

    def _look(self, question: str):
        return self.driver.execute_script(f"{LOOKS}\nreturn {question}();")


@contextmanager
def browser(base_url: str) -> Iterator[Browser]:
    """A browser without any past, until the block ends."""
    options = Options()
    options.binary_location = shutil.which("chromium") or "chromium"
    for word in QUIET:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(20)
    try:
        yield Browser(base_url, driver)
    finally:
        driver.quit()
